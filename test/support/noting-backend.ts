import { serve, type TestServer } from "./serve.ts";

/** A backend that keeps what it is sent, and always answers the same. */
export interface NotingBackend extends TestServer {
  /** `GET /things `: method, path with query, and body of each request; a test may empty it. */
  readonly seen: string[];
}

/** Starts one whose answer is `blue sky, blue sea`. */
export async function serveNotingBackend(): Promise<NotingBackend> {
  const seen: string[] = [];
  const server = await serve((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      seen.push(`${request.method} ${request.url} ${body}`);
      response.setHeader("Content-Type", "text/plain");
      response.end("blue sky, blue sea");
    });
  });
  return { ...server, seen };
}
