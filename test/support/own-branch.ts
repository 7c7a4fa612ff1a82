/**
 * A policy document of an API as the program writes it, in which one operation has a branch of its own: what its branch does, changed.
 *
 * @param operation `GET /sessions`.
 */
export function ownBranch(xml: string, operation: string, change: (statements: string) => string): string {
  const branches = [...xml.matchAll(/<when condition='([^']*)'>(?:(?!<when )[\s\S])*?<\/when>/g)];
  const found = branches.find(([, condition = ""]) => condition.includes(`"${operation}"`));
  if (found === undefined) throw new Error(`The policy must name ${operation}; it does not.`);
  const [branch] = found;
  const statements = branch.slice(branch.indexOf("'>") + 2, -"</when>".length);
  const condition = `context.Operation.Method + " " + context.Operation.UrlTemplate == "${operation}"`;
  return xml.replace(
    branch,
    () => `<when condition='@(${condition})'>${change(statements)}</when>\n          ${branch}`,
  );
}
