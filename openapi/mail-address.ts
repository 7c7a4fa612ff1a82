/** Whether Azure takes the text for a contact's address: one `@`, no white space. */
export function isMailAddress(text: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(text);
}
