import type { Flow } from "./exchange.ts";
import type { ElementDefinition } from "./statement.ts";

/** `forward-request`: calls the backend and keeps its answer for `outbound`. */
export const forwardRequestDefinition: ElementDefinition = {
  sections: ["backend"],
  parse: ({ reader }) => {
    const timeoutSeconds = reader.integer("timeout", { from: 1, to: 86_400 }) ?? 300;
    if (reader.boolean("follow-redirects"))
      reader.refuse("The attribute 'follow-redirects' must be false: redirects are passed on here.");
    // Nothing reads a body here, so buffering or not makes no difference that a client could see.
    reader.boolean("buffer-request-body");
    reader.boolean("buffer-response");
    if (reader.boolean("fail-on-error-status-code")) {
      reader.refuse(
        "The attribute 'fail-on-error-status-code' must be false: it is not simulated. Remove it.",
      );
    }
    if (reader.text("http-version") !== undefined)
      reader.refuse("The attribute 'http-version' is not simulated. Remove it.");
    reader.text("id");
    reader.sequence({});
    reader.done();
    return {
      element: "forward-request",
      run: async (exchange): Promise<Flow> => {
        exchange.response = await exchange.forward({ timeoutSeconds });
        return "next";
      },
    };
  },
};
