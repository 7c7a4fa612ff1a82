import { z } from "zod";
import type { Person } from "../proof/client.ts";

const shape = z.object({
  people: z
    .array(
      z.object({ name: z.string(), login: z.string(), password: z.string(), groups: z.array(z.string()) }),
    )
    .default([]),
});

/** The people among the outputs that `npm start` leaves for `npm run token`; none where there are none. */
export function keptPeople(outputs: unknown): readonly Person[] {
  return shape.safeParse(outputs).data?.people ?? [];
}
