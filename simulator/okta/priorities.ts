/** What is asked in an order that Okta keeps: a policy of a server, a rule of a policy. */
interface Ranked {
  readonly id: string;
  /** 1 or more, lower first. */
  readonly priority: number;
}

/**
 * Numbers siblings from 1 on without gaps, as Okta does after each change. One that was just put stands at the number that it asked
 * for, or last where that is beyond the end; the others keep their order and move.
 *
 * @see https://github.com/okta/terraform-provider-okta/issues/1198
 */
export function renumber<Entity extends Ranked>(
  entities: Map<string, Entity>,
  { siblings, placed }: { siblings: readonly Entity[]; placed?: Entity },
): void {
  const ordered = siblings.filter(({ id }) => id !== placed?.id).sort((a, b) => a.priority - b.priority);
  if (placed !== undefined) ordered.splice(placed.priority - 1, 0, placed);
  for (const [index, entity] of ordered.entries())
    entities.set(entity.id, { ...entity, priority: index + 1 });
}
