/** The people of the settings in a local org: new, and in a state that was kept. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CloudOptions, startCloud } from "../../../simulator/cloud.ts";
import { CloudFile } from "../../../simulator/cloud-file.ts";
import { localPeople } from "../../../simulator/okta/local-people.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apim-okta-people-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** Starts a local cloud on the kept state, asks its management API, and ends it. */
async function groupsByPerson(people: CloudOptions["people"]): Promise<Record<string, string[]>> {
  const file = await CloudFile.acquire(folder);
  const cloud = await startCloud({ log: () => {}, file, ...(people === undefined ? {} : { people }) });
  const read = async <T>(target: string): Promise<T> => {
    const headers = { authorization: `SSWS ${cloud.org.identity.apiToken}` };
    return (await (await fetch(`${cloud.origins.okta}${target}`, { headers })).json()) as T;
  };
  const users = await read<{ id: string; profile: { login: string } }[]>("/api/v1/users");
  const entries = users.map(async ({ id, profile }) => {
    const groups = await read<{ profile: { name: string } }[]>(`/api/v1/users/${id}/groups`);
    return [profile.login, groups.map((group) => group.profile.name)] as const;
  });
  const answer = Object.fromEntries(await Promise.all(entries));
  await cloud.close();
  await file.release();
  return answer;
}

const operator = { "olivia.operator@example.com": ["Everyone"] };

describe("the people of a local org", () => {
  it("are Ada and Oscar when the settings name nobody", async () => {
    expect(await groupsByPerson(undefined)).toEqual({
      ...operator,
      "ada.attendee@example.com": ["Everyone", "Conference"],
      "oscar.outsider@example.com": ["Everyone"],
    });
  });

  it("are those of the settings when it names some, in groups that are made as named", async () => {
    const people = { ada: ["Attendees"], grace: ["Attendees", "Speakers"], oscar: [] };
    expect(await groupsByPerson(people)).toEqual({
      ...operator,
      "ada@example.com": ["Everyone", "Attendees"],
      "grace@example.com": ["Everyone", "Attendees", "Speakers"],
      "oscar@example.com": ["Everyone"],
    });
  });

  it("join a kept state when it lacks them, and change groups as the settings do", async () => {
    await groupsByPerson({ ada: ["Attendees"] });
    expect(await groupsByPerson({ ada: ["Speakers", "Attendees"], grace: ["Speakers"] })).toMatchObject({
      "ada@example.com": ["Everyone", "Speakers", "Attendees"],
      "grace@example.com": ["Everyone", "Speakers"],
    });
    expect(await groupsByPerson({ ada: [], grace: ["Attendees", "Speakers"] })).toMatchObject({
      "ada@example.com": ["Everyone"],
    });
    // Without settings the state is as it was kept.
    expect(await groupsByPerson(undefined)).toMatchObject({
      "grace@example.com": ["Everyone", "Attendees", "Speakers"],
    });
  });

  it("stay in a group that the settings do not name", async () => {
    const file = await CloudFile.acquire(folder);
    const cloud = await startCloud({ log: () => {}, file, people: { ada: ["Attendees"] } });
    const [ada] = localPeople(cloud.org);
    const call = (method: string, target: string, body?: object) =>
      fetch(`${cloud.origins.okta}${target}`, {
        method,
        headers: { authorization: `SSWS ${cloud.org.identity.apiToken}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    const made = await call("POST", "/api/v1/groups", { profile: { name: "Organizers" } });
    const { id } = (await made.json()) as { id: string };
    await call("PUT", `/api/v1/groups/${id}/users/${ada?.login}`);
    await cloud.close();
    await file.release();
    const after = await groupsByPerson({ ada: ["Speakers"] });
    expect(after["ada@example.com"]?.sort()).toEqual(["Attendees", "Everyone", "Organizers", "Speakers"]);
  });

  it("are told with what signs them in, and the administrator is not among them", async () => {
    const people = { ada: ["Attendees"], oscar: [] };
    const cloud = await startCloud({ log: () => {}, people });
    const password = "local-okta";
    expect(localPeople(cloud.org)).toEqual([
      { name: "ada", login: "ada@example.com", password, groups: ["Attendees"] },
      { name: "oscar", login: "oscar@example.com", password, groups: [] },
    ]);
    await cloud.close();
  });
});
