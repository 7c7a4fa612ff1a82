/** An API's own policy: who calls too often waits, and the backend knows who calls. */
import {
  base,
  claimsToBackend,
  correlationId,
  limitPerCaller,
  namedValue,
  policyDocument,
  setHeader,
} from "../entries/policies.ts";

const id = correlationId();

export default policyDocument({
  inbound: [
    base(),
    ...id.inbound,
    limitPerCaller({ by: "client", calls: 2000, renewalPeriodSeconds: 60 }),
    ...claimsToBackend({ "X-Client": "cid", "X-User": "uid" }),
    setHeader({ name: "X-Gateway-Key", values: [namedValue("backend-key")] }),
  ],
  outbound: [base(), ...id.outbound],
  onError: [base(), ...id.onError],
});
