import { describe, expect, it } from "vitest";
import { allowedTypes, impliedTypes } from "../../expressions/allowed-types.ts";
import { dotnetTypes } from "../../expressions/dotnet/all-types.ts";

const ofObject = ["ToString", "Equals", "GetHashCode"];

describe("allowed types", () => {
  it("lists DateTime with some of its members", () => {
    const list = allowedTypes["System.DateTime"];
    expect(list).toMatchObject({ only: expect.arrayContaining(["(Constructor)", "Parse", "UtcNow"]) });
    expect(list).not.toMatchObject({ only: expect.arrayContaining(["ParseExact"]) });
  });

  it("lists XDocument without Load", () => {
    expect(allowedTypes["System.Xml.Linq.XDocument"]).toEqual({ except: ["Load"] });
  });

  it("lists no type that reaches the machine", () => {
    expect(
      Object.keys(allowedTypes).filter((name) =>
        /IO\.File|Diagnostics|Reflection|Net\.Http|Threading/.test(name),
      ),
    ).toEqual([]);
  });

  it("covers every type of the library", () => {
    const names = dotnetTypes.map(({ name }) => name.replace(/<.*/, ""));
    const unknown = names.filter((name) => !Object.hasOwn(allowedTypes, name) && !impliedTypes.has(name));
    expect(unknown).toEqual([]);
  });

  it("finds every member of a type of which Azure allows some only", () => {
    const refused = dotnetTypes.flatMap(({ name, members = {} }) => {
      const list = allowedTypes[name];
      if (list === undefined || list === "all" || !("only" in list)) return [];
      const written = Object.keys(members).filter((line) => !line.includes(" operator "));
      const memberOf = (line: string) =>
        /(\w+)(?:<\w+>)?\s*(?:\(|\{|$)/.exec(line.replace(/this\[.*/, "Item"))?.[1] ?? line;
      return written
        .map((line) => (line.startsWith("new(") ? "(Constructor)" : memberOf(line)))
        .filter((member) => !list.only.includes(member) && !ofObject.includes(member))
        .map((member) => `${name}.${member}`);
    });
    expect(refused).toEqual([]);
  });
});
