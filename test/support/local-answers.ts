/**
 * How many answers a whole proof of the stack local has: 228 of the kinds that are no client's, twelve operations by ten callers, and
 * the three callers that ask for the scope of one operation more. Exact, so that cells that disappear are noticed.
 */
export const localAnswers = 351;
