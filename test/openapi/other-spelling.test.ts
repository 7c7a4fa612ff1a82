/** Which templates fit other spellings of another template's path. That a backend is lenient about them is not proved here. */
import { expect, it } from "vitest";
import { otherSpelling } from "../../openapi/other-spelling.ts";

it.each([
  ["/open/*", "/open/secret", "/open/secret/"],
  ["/open/{*rest}", "/open/{id}/keys", "/open/{id}/keys/"],
  ["/open/*", "/open", "/open/"],
  ["/*", "/admin/*", "/admin;x/*"],
  ["/users/{id}", "/users/me", "/users/me;x"],
  ["/Users/{id}?full={full}", "/users/me?x={x}", "/users/me;x"],
  ["/{tenant}/users/{id}", "/own/users/{userId}", "/own;x/users/{userId}"],
  ["/reports/{name}.json", "/reports/secret.json", "/reports/secret.json;x"],
])("%s fits another spelling of %s", (looser, stricter, spelling) => {
  expect(otherSpelling(looser, stricter)).toBe(spelling);
});

it.each([
  ["/users/me", "/users/{id}", "is a single path of it"],
  ["/users/{id}", "/users/{name}", "fits the same paths"],
  ["/x/{y}", "/{z}/b", "fits one of its paths alone"],
  ["/users/{id}", "/users/me/keys", "is shorter"],
  ["/users/{id}", "/people/me", "begins otherwise"],
  ["/open/*", "/openness/x", "begins otherwise within a word"],
  ["/open/*", "/other", "begins otherwise, to its end"],
  ["/*", "/", "fits the root, which has no other spelling"],
  ["/reports/{name}.json", "/reports/secret.xml", "ends otherwise"],
  ["/x/*", "/x/{id}/*", "leaves no word free"],
])("%s is not told of %s, since it %s", (looser, stricter) => {
  expect(otherSpelling(looser, stricter)).toBeUndefined();
});
