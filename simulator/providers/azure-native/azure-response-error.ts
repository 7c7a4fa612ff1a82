import { SimulatorError } from "../../kernel/error.ts";
import { isObject } from "./azure-shape.ts";

/** An answer of Azure's that is a refusal, as azure-native shows it: `Status=404 Code="ResourceNotFound" Message="…"`. */
export class AzureResponseError extends SimulatorError {
  readonly status: number;
  readonly body: string;

  constructor(status: number, body: string) {
    const { code, text } = shown(body);
    super(code ?? "UnexpectedResponse", `Status=${status} ${text}`);
    this.status = status;
    this.body = body;
  }
}

/**
 * Assumed of Azure: azure-native writes the details of an error behind its message.
 *
 * @see https://github.com/pulumi/pulumi-azure-native/pull/4677
 */
function shown(body: string): { code?: string; text: string } {
  const error = errorOf(body);
  if (error === undefined) return { text: `Message="${body}"` };
  const { code, message = body, details } = error;
  const parts = [
    one({ code, message }),
    ...(Array.isArray(details) ? details.filter(isObject).map(one) : []),
  ];
  return { ...(typeof code === "string" ? { code } : {}), text: parts.join(" ") };
}

function one({ code, message }: Readonly<Record<string, unknown>>): string {
  return code === undefined ? `Message="${message}"` : `Code="${code}" Message="${message}"`;
}

function errorOf(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isObject(parsed)) return undefined;
    // ARM wraps an error, the status of a long-running operation holds one beside its state.
    return isObject(parsed.error) ? parsed.error : parsed;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
