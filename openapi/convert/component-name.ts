/** A name that components may have and that is not taken: `my name` → `my_name`, then `my_name-2`. */
export function componentName(wanted: string, isTaken: (name: string) => boolean): string {
  const name = wanted.replace(/[^a-zA-Z0-9._-]+/g, "_") || "_";
  if (!isTaken(name)) return name;
  let serial = 2;
  while (isTaken(`${name}-${serial}`)) serial += 1;
  return `${name}-${serial}`;
}
