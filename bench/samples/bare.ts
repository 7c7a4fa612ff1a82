/** A stack of BARE_RESOURCES resources, the stack itself among them. */
import { bareProgram } from "../bare-program.ts";

await bareProgram(Number(process.env.BARE_RESOURCES) - 1);
