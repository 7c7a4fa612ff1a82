/** Names that stood for another operation: `"getspeakers" was GET /speakers and becomes GET /topics`. */
export function changedMeanings(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(after).flatMap(([name, operation]) => {
    const earlier = before[name];
    return earlier === undefined || earlier === operation
      ? []
      : [`"${name}" was ${earlier} and becomes ${operation}`];
  });
}
