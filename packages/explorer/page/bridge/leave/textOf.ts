import { InputError } from "../../parseInput.ts";

/** Larger files are none of those that leavers give. */
const MOST_BYTES = 1_048_576;

/** The text of a file that a form has. @throws InputError */
export async function textOf(file: FormDataEntryValue | null): Promise<string> {
  if (!(file instanceof File) || file.size === 0) throw new InputError("The file is empty. Choose another one.");
  if (file.size > MOST_BYTES)
    throw new InputError(`${file.name} has more than ${MOST_BYTES} bytes. Choose another one.`);
  return await file.text();
}
