import type { RequestListener } from "node:http";

/**
 * An outage of a service. For as long as it lasts, requests are cut off without an answer: their connections are reset.
 */
export class Outage {
  /** Whether requests are cut off now. */
  isOn = false;

  /** A listener that answers when there is no outage. */
  around(listener: RequestListener): RequestListener {
    return (request, response) => {
      if (this.isOn) request.socket.resetAndDestroy();
      else listener(request, response);
    };
  }
}
