import type { ElementDefinition } from "../../statement.ts";
import { JwtValidator } from "../../tokens/jwt-validator.ts";
import { readSettings } from "./settings.ts";

/**
 * `validate-jwt`: lets a request on when its token is signed, valid now, and says what the policy asks for.
 *
 * @see https://learn.microsoft.com/azure/api-management/validate-jwt-policy
 */
export const definition: ElementDefinition = {
  sections: ["inbound"],
  parse: (site) => {
    const { settingsFor, requiredClaims } = readSettings(site);
    const validator = new JwtValidator(settingsFor, { element: "validate-jwt", absent: "JWT not present." });
    return { run: (exchange) => validator.run(exchange), requiredClaims };
  },
};
