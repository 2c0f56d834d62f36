// Files and folders as browsers hand them over: dropped, or chosen in a dialog.
import type { Chosen } from "./queue";

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A hundred at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function walk(entry: FileSystemEntry, path: readonly string[], found: (chosen: Chosen) => void): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    found({ file, path });
    return;
  }
  const below = [...path, entry.name];
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  if (children.length === 0) found({ file: undefined, path: below });
  for (const child of children) await walk(child, below, found);
}

/**
 * Everything in and below what was dropped. Must be called while the drop is handled: the browser takes its contents away
 * afterwards. What has no entry, such as a picture dragged from a page, is a file all the same.
 */
export function chosenIn(data: DataTransfer): Promise<Chosen[]> {
  const dropped = [...data.items]
    .filter(item => item.kind === "file")
    .map(item => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  return collect(dropped);
}

async function collect(dropped: readonly { entry: FileSystemEntry | null; file: File | null }[]): Promise<Chosen[]> {
  const all: Chosen[] = [];
  for (const { entry, file } of dropped) {
    if (entry) await walk(entry, [], chosen => all.push(chosen));
    else if (file) all.push({ file, path: [] });
  }
  return all;
}

/** The files of an <input>, with the folders that they lie in if it was a folder that was chosen. */
export function chosenFiles(files: FileList): Chosen[] {
  return [...files].map(file => ({ file, path: file.webkitRelativePath.split("/").slice(0, -1) }));
}

/** Lets somebody choose files, or a folder. */
export function askForFiles(kind: "files" | "folder"): Promise<Chosen[]> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = kind === "folder";
  return new Promise(resolve => {
    input.onchange = () => resolve(input.files ? chosenFiles(input.files) : []);
    input.oncancel = () => resolve([]);
    input.click();
  });
}
