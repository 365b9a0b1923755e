/** A file that the owner picked, read. */
export interface PickedFile {
  name: string;
  text: string;
}

/** Lets the owner pick JSON files; empty when they cancel. Of a file that is larger than `mostBytes` only the name is taken. */
export function pickFiles(several: boolean, mostBytes: number): Promise<PickedFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.multiple = several;
  return new Promise((resolve) => {
    input.addEventListener('cancel', () => resolve([]));
    input.addEventListener('change', () => {
      const read = [...(input.files ?? [])].map(async (file) => ({
        name: file.name,
        text: file.size > mostBytes ? '' : await file.text(),
      }));
      resolve(Promise.all(read));
    });
    input.click();
  });
}
