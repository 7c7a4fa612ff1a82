import { z } from "zod";
import { structure } from "./structure.ts";

/** The setting `localPeople`, as Pulumi hands it over. */
export const localPeopleCheck = structure(
  z.record(
    z
      .string()
      .regex(/^[a-z][a-z0-9.-]*$/, "must be named in lower-case letters, digits, periods and hyphens"),
    z.array(
      z.string("must be the name of a group").min(1, "must be the name of a group"),
      "must be a list of groups",
    ),
    "must be a map from a person's name to their groups",
  ),
);
