// The folders that an upload needs, each made or found once.
import { api, type Node, ok } from "../api/client";
import { asProblem, ownProblem } from "../api/problem";
import { t } from "../words/t";

async function pathOf(id: string): Promise<{ space: string; names: string[] }> {
  const names: string[] = [];
  for (let at: string | undefined = id; at; ) {
    const node: Node = await ok(api.GET("/api/v1/nodes/{id}", { params: { path: { id: at } } }));
    if (!node.parent_id) return { space: node.space_id, names };
    names.unshift(node.name);
    at = node.parent_id;
  }
  return { space: "home", names };
}

async function makeOrFind(parent: string, name: string): Promise<string> {
  try {
    const made = await ok(
      api.POST("/api/v1/nodes/{id}/children", { params: { path: { id: parent } }, body: { kind: "folder", name } }),
    );
    return made.id;
  } catch (error) {
    if (asProblem(error).type !== "name-taken") throw error;
    const { space, names } = await pathOf(parent);
    const path = [...names, name].join("/");
    const found = await ok(api.GET("/api/v1/spaces/{id}/node", { params: { path: { id: space }, query: { path } } }));
    if (found.kind !== "folder") throw ownProblem(t("upload.fileInTheWay", { name }));
    return found.id;
  }
}

export class Folders {
  private readonly known = new Map<string, Promise<string>>();

  /** The folder that lies at `path` below `base`. */
  async at(base: string, path: readonly string[]): Promise<string> {
    let folder = base;
    for (const name of path) folder = await this.child(folder, name.normalize("NFC"));
    return folder;
  }

  private child(parent: string, name: string): Promise<string> {
    const key = `${parent}/${name}`;
    const known = this.known.get(key);
    if (known) return known;
    const asked = makeOrFind(parent, name);
    this.known.set(key, asked);
    // What failed may be tried again; what was found may be moved or deleted by the next upload.
    asked.catch(() => this.known.delete(key));
    return asked;
  }

  forget() {
    this.known.clear();
  }
}
