/** Okta's expression language: what the local Okta evaluates, with the results that Okta's reference gives. */
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { readExpression } from "../../../../simulator/okta/expressions/expression.ts";
import { expressionFunctions } from "../../../../simulator/okta/expressions/functions.ts";
import type { TokenSubject } from "../../../../simulator/okta/expressions/values.ts";
import { OktaOrg } from "../../../../simulator/okta/org.ts";

let signedIn: TokenSubject;
let nobody: TokenSubject;
beforeAll(async () => {
  const org = await OktaOrg.create("http://127.0.0.1:8402");
  const [ada] = org.users.values();
  const [app] = org.apps.values();
  if (ada === undefined || app === undefined) throw new Error("The org must have a person and an app.");
  const user = { ...ada, attributes: { ...ada.attributes, department: "Sales", costCenter: "10" } };
  const profiled = { ...app, kept: { ...app.kept, profile: { tier: "gold" } } };
  signedIn = { org, app: profiled, user, scopes: ["a.read"] };
  nobody = { ...signedIn, user: undefined };
});

describe("an expression", () => {
  it.each([
    ["user.firstName + ' ' + user.lastName", "Ada Attendee"],
    ["user.department == 'Sales' ? 'field' : 'desk'", "field"],
    ["user.department == 'sales' ? 'field' : 'desk'", "desk"],
    ["user.city ?: 'nowhere'", "nowhere"],
    ["user.city != null AND true", false],
    ["!(user.department == 'Sales') || user.lastName matches 'Att.*'", true],
    ["user.lastName matches 'Att'", false],
    ["user.lastName matches '(?i)attENDEE'", true],
    ["1 + 2 >= 3", true],
    ["{1, 2, 3}[0]", 1],
    ["(appuser != null) ? appuser.userName : app.clientId", "ada.attendee@example.com"],
    ["user.getInternalProperty('status')", "ACTIVE"],
    ["app.profile.tier", "gold"],
    ["access.scope", ["a.read"]],
    ['String.append("This is", " a test")', "This is a test"],
    ['String.join(",", "This", "is", "a", "test")', "This,is,a,test"],
    ['String.len("This")', 4],
    ['String.removeSpaces("This is a test")', "Thisisatest"],
    ['String.replace("This is a test", "is", "at")', "That at a test"],
    ['String.replaceFirst("This is a test", "is", "at")', "That is a test"],
    ['String.startsWith("Kiss", "K")', true],
    ['String.stringContains("This is a test", "doesn\'tExist")', false],
    [
      'String.stringSwitch("First match wins", "default", "absent", "value1", "wins", "value2", "match", "value3")',
      "value2",
    ],
    ['String.stringSwitch("This is a test", "default", "key1", "value1")', "default"],
    ['String.substring("This is a test", 2, 9)', "is is a"],
    ['String.substringAfter("abc@okta.com", "@")', "okta.com"],
    ['String.substringBefore("abc@okta.com", "@")', "abc"],
    ['String.toUpperCase("This")', "THIS"],
    ['toLowerCase("ThiS")', "this"],
    ["Arrays.add({10, 20, 30}, 40)", [10, 20, 30, 40]],
    ["Arrays.remove({10, 20, 30}, 20)", [10, 30]],
    ["Arrays.get({0, 1, 2}, 0)", 0],
    ["Arrays.flatten(10, {20, 30}, 40)", [10, 20, 30, 40]],
    ["Arrays.contains({10, 20, 30}, 50)", false],
    ["Arrays.size(NULL)", 0],
    ["Arrays.isEmpty(NULL)", true],
    ['Arrays.toCsvString({"This", "is", " a ", "test"})', "This,is, a ,test"],
    ["Convert.toInt(user.costCenter)", 10],
    ["Convert.toNum('3.25')", 3.25],
    ['isMemberOfGroupName("Conference")', true],
    ['isMemberOfGroupName("Conf")', false],
    ['isMemberOfGroupNameStartsWith("Conf")', true],
    ['isMemberOfGroupNameContains("admin")', false],
    ['isMemberOfGroupNameRegex(".*fer.*")', true],
    ['isMemberOfAnyGroup("00gX", "00gY")', false],
    ['Groups.startsWith("OKTA", "Conf", 10)', ["Conference"]],
    ['Groups.endsWith("OKTA", "ence", 10)', ["Conference"]],
    ['Groups.contains("OKTA", "e", 1)', ["Everyone"]],
    ['Groups.contains("active_directory", "e", 10)', null],
    [`user.getGroups({"group.profile.name": "Every", "operator": "STARTS_WITH"}).![name]`, ["Everyone"]],
    [`user.getGroups({'group.profile.name': 'Every', 'operator': 'EXACT'}).![name]`, []],
    [`user.getGroups({'group.type': {'OKTA_GROUP'}}).![name]`, ["Conference"]],
  ])("%s gives what Okta's reference says", (text, value) => {
    expect(readExpression(text)(signedIn)).toEqual(value);
  });

  it.each([
    ["user.email", null],
    ['isMemberOfGroupName("Conference")', null],
    ['Groups.startsWith("OKTA", "Conf", 10)', null],
    ["String.toUpperCase(user.email)", null],
    ["(appuser != null) ? appuser.userName : app.clientId", "0oaAnotherTeamsApp00"],
    ["'always'", "always"],
  ])("%s says nothing of a person when nobody signed in", (text, value) => {
    expect(readExpression(text)(nobody)).toEqual(value);
  });

  it("finds groups by their ids", () => {
    const [everyone] = signedIn.user?.groupIds ?? [];
    const ids = (text: string) => readExpression(text.replace("ID", everyone ?? ""))(signedIn);
    expect(ids('isMemberOfGroup("ID")')).toBe(true);
    expect(ids('getFilteredGroups({"ID"}, "group.name", 40)')).toEqual(["Everyone"]);
    expect(ids("user.getGroups({'group.id': {'ID'}}).![name]")).toEqual(["Everyone"]);
  });

  it("calls only functions that docs/local-cloud.md lists", async () => {
    const page = await readFile("docs/local-cloud.md", "utf8");
    const section = /## Okta's expressions\n(?<text>.*?)\n## /s.exec(page)?.groups?.text ?? "";
    const listed = [...section.matchAll(/`([\w.]+)\(\)`/g)].map(([, name]) => name);
    const own = [...Object.keys(expressionFunctions), "user.getInternalProperty"];
    expect(listed.sort()).toEqual(own.sort());
  });
});
