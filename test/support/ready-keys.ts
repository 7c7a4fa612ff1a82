/**
 * Runs before each test file. The signing keys of the tests' local clouds come in turn from a few that are made once in a process, since
 * making one takes longer than most tests. A cloud that a command starts makes its own.
 */
import { generateKeyPair, type KeyPairKeyObjectResult } from "node:crypto";
import { promisify } from "node:util";

const count = 8;
const made: Promise<KeyPairKeyObjectResult>[] = [];
let taken = 0;

// The local cloud asks for keys by `promisify(generateKeyPair)`, and Node takes what a function itself says that is.
if (!(promisify.custom in generateKeyPair)) {
  const make = promisify(generateKeyPair);
  const value = (type: "rsa", options: { readonly modulusLength: number }) => {
    const turn = taken % count;
    taken += 1;
    made[turn] ??= make(type, options);
    return made[turn];
  };
  Object.defineProperty(generateKeyPair, promisify.custom, { value });
}
