/** A text of at most so many characters: what is too long loses its middle, `/organizations/…/members/{id}`. */
export function cutMiddle(text: string, length: number): string {
  const characters = [...text];
  if (characters.length <= length) return text;
  const end = Math.floor((length - 1) / 2);
  const start = length - 1 - end;
  return `${characters.slice(0, start).join("")}…${characters.slice(characters.length - end).join("")}`;
}
