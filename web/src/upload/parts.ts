// A large file is uploaded in parts by the tus protocol, which the server keeps: whoever has the same file goes on from there, after
// a lost connection, a reload, or in another browser.
import type { components } from "../api/schema";

export type ServerUpload = components["schemas"]["Upload"];

const MIB = 2 ** 20;
const LEAST_PART = 64 * MIB;
const MOST_PARTS = 64;

/** From this size on a file comes in parts; a smaller one is sent anew if it is broken off. */
export const LARGE = 8 * MIB;

/** What says that two files are the same, as far as a browser can tell without reading them. */
export interface FileIdentity {
  folder: string;
  name: string;
  size: number;
  modified: number;
}

export interface Part {
  readonly from: number;
  readonly to: number;
  /** Where its bytes are sent to; undefined until it is begun. */
  address: string | undefined;
  /** Bytes of it that the server has. */
  offset: number;
  /** Somebody was sending bytes of it when the server was asked. */
  isBusy: boolean;
}

/** How many bytes it has. */
export function sizeOf(part: Part): number {
  return part.to - part.from;
}

/** The same for the same size, whenever and wherever it is asked. */
export function partsOf(size: number): Part[] {
  const length = Math.max(LEAST_PART, Math.ceil(size / MOST_PARTS / MIB) * MIB);
  const parts: Part[] = [];
  for (let from = 0; from < size; from += length)
    parts.push({ from, to: Math.min(from + length, size), address: undefined, offset: 0, isBusy: false });
  return parts;
}

/** What the server keeps of a part, so that it is known again. */
export function metadataOf(file: FileIdentity, part: Part): Record<string, string> {
  return {
    parent_id: file.folder,
    name: file.name,
    file_size: String(file.size),
    file_modified: String(file.modified),
    part_from: String(part.from),
    part_to: String(part.to),
  };
}

/** The file that a part on the server is of; undefined if it is none of ours. */
export function fileOf(upload: ServerUpload): FileIdentity | undefined {
  const { parent_id: folder, name, file_size, file_modified, part_from } = upload.metadata;
  if (upload.kind !== "part" || !folder || !name || !part_from) return undefined;
  return { folder, name, size: Number(file_size), modified: Number(file_modified) };
}

export function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.folder === b.folder && a.name === b.name && a.size === b.size && a.modified === b.modified;
}

export function addressOf(upload: ServerUpload): string {
  return `/api/v1/uploads/${upload.id}`;
}

/** The parts of a file, as far as the server has them. */
export function partsOn(server: readonly ServerUpload[], file: FileIdentity): Part[] {
  const parts = partsOf(file.size);
  for (const upload of server) {
    const of = fileOf(upload);
    if (!of || !isSameFile(of, file)) continue;
    const part = parts.find(
      each => String(each.from) === upload.metadata.part_from && String(each.to) === upload.metadata.part_to,
    );
    if (part && upload.offset >= part.offset)
      Object.assign(part, { address: addressOf(upload), offset: upload.offset, isBusy: !!upload.busy });
  }
  return parts;
}

/** Files that were begun, not finished, and that nobody is sending now, with the bytes of them that the server has. */
export interface Unfinished extends FileIdentity {
  received: number;
  addresses: string[];
  /** When it is given up, if nobody goes on. */
  expires: string;
}

export function unfinishedOf(server: readonly ServerUpload[]): Unfinished[] {
  const files: Unfinished[] = [];
  const busy = server.filter(upload => upload.busy).map(fileOf);
  for (const upload of server) {
    const of = fileOf(upload);
    if (!of || busy.some(each => each && isSameFile(each, of))) continue;
    let known = files.find(file => isSameFile(file, of));
    if (!known) {
      known = { ...of, received: 0, addresses: [], expires: upload.expires_at };
      files.push(known);
    }
    known.received += upload.offset;
    known.addresses.push(addressOf(upload));
    if (upload.expires_at < known.expires) known.expires = upload.expires_at;
  }
  return files;
}
