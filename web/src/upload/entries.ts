// Files and folders as browsers hand them over: dropped, or chosen in a dialog.
import { t } from "../words/t";
import type { Chosen } from "./queue";

type Found = (chosen: Chosen) => void;

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

// What cannot be read is shown as such, and the others are taken all the same.
async function walk(entry: FileSystemEntry, path: readonly string[], found: Found): Promise<void> {
  try {
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      found({ file, name: file.name, path });
    } else {
      await walkFolder(entry as FileSystemDirectoryEntry, path, found);
    }
  } catch {
    found({ file: undefined, name: entry.name, path, problem: t("upload.unreadable") });
  }
}

async function walkFolder(folder: FileSystemDirectoryEntry, path: readonly string[], found: Found): Promise<void> {
  const children = await childrenOf(folder);
  if (children.length === 0) found({ file: undefined, name: folder.name, path });
  for (const child of children) await walk(child, [...path, folder.name], found);
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
    else if (file) all.push({ file, name: file.name, path: [] });
  }
  return all;
}

/** The files of an <input>, with the folders that they lie in if it was a folder that was chosen. */
function chosenFiles(files: FileList): Chosen[] {
  return [...files].map(file => ({ file, name: file.name, path: file.webkitRelativePath.split("/").slice(0, -1) }));
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
