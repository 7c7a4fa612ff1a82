/**
 * The local cloud's gateway of the kind of the first argument before the backend of the second; the third says how many tokens there
 * are where each call has another one. Reports what to call.
 */
import { type GatewayKind, openGateway } from "../gateway-stack.ts";

const [kind, backend = "", tokenCount] = process.argv.slice(2);
const { url, tokens } = await openGateway(kind as GatewayKind, backend, Number(tokenCount));
console.log(JSON.stringify({ url, tokens }));
