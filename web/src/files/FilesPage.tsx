import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Node } from "../api/client";
import { pathQuery, type Sort, sessionQuery } from "../api/queries";
import { Bar } from "../shell/Bar";
import { Failed } from "../shell/Failed";
import { tellProblem } from "../shell/notices";
import { useTitle } from "../shell/title";
import { askForFiles } from "../upload/entries";
import { uploads } from "../upload/queue";
import { chosenNodes, deleteNodes, download } from "./actions";
import { Breadcrumb, folderName } from "./Breadcrumb";
import { DropZone } from "./DropZone";
import { EmptyFolder } from "./EmptyFolder";
import { FileList } from "./FileList";
import { FolderActions } from "./FolderActions";
import { MoveDialog } from "./MoveDialog";
import { NewFolderDialog } from "./NewFolderDialog";
import { type MenuPlace, RowMenu } from "./RowMenu";
import { SelectionBar } from "./SelectionBar";
import { Selection, SelectionContext } from "./selection";
import { useListing } from "./useListing";

const Preview = lazy(() => import("../preview/Preview").then(module => ({ default: module.Preview })));

/** One folder; another one is another screen, but for what it has in common with this. */
export function FilesPage() {
  const { folder } = useParams({ from: "/frame/files/$folder" });
  return <Folder key={folder} folder={folder} />;
}

/** Keys belong to the list again. */
function focusList() {
  document.querySelector<HTMLElement>("[role=grid]")?.focus();
}

function Folder({ folder }: { folder: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const { sort = "name", show } = useSearch({ from: "/frame/files/$folder" });
  const { data: session } = useQuery(sessionQuery);
  const { data: path = [], error } = useQuery(pathQuery(client, folder));
  const listing = useListing(folder, sort);
  const [selection] = useState(() => new Selection());
  const [renaming, setRenaming] = useState<string>();
  const [isMaking, setIsMaking] = useState(false);
  const [moving, setMoving] = useState<Node[]>();
  const [menu, setMenu] = useState<MenuPlace>();

  const here = path.at(-1);
  const isHere = here?.id === folder;
  const name = here ? folderName(here) : "";
  const canWrite = isHere && here.can.includes("write");
  useTitle(name);

  const look = (changed: { sort?: Sort; show?: string | undefined }) =>
    navigate({ to: "/files/$folder", params: { folder }, search: before => ({ ...before, ...changed }), replace: !changed.show });
  const open = (node: Node) => {
    if (node.kind === "folder") navigate({ to: "/files/$folder", params: { folder: node.id }, search: { sort } });
    else look({ show: node.id });
  };
  const withChosen = async (act: (nodes: Node[]) => unknown) => {
    try {
      await act(await chosenNodes(client, selection, folder));
    } catch (failure) {
      tellProblem(failure);
    }
  };
  const remove = () =>
    withChosen(async nodes => {
      selection.clear();
      await deleteNodes(client, nodes);
    });
  const actions = {
    rename: () => withChosen(nodes => nodes[0] && setRenaming(nodes[0].id)),
    move: () => canWrite && withChosen(nodes => nodes.length > 0 && setMoving(nodes)),
    download: () => withChosen(download),
    remove: () => canWrite && remove(),
    newFolder: () => canWrite && setIsMaking(true),
    upload: async (kind: "files" | "folder" = "files") => canWrite && uploads.add(folder, await askForFiles(kind)),
  };
  const endRenaming = (id: string, byKey: boolean) => {
    setRenaming(now => (now === id ? undefined : now));
    const at = document.activeElement;
    if (byKey && (at === document.body || at?.closest("[role=gridcell]"))) focusList();
  };
  const up = () => here?.parent_id && navigate({ to: "/files/$folder", params: { folder: here.parent_id } });

  if (error && !isHere) return <Failed error={error} />;
  if (listing.error) return <Failed error={listing.error} />;
  return (
    <SelectionContext value={selection}>
      <DropZone folder={folder} name={name} canWrite={canWrite}>
        <Bar before={<Breadcrumb path={path} />}>
          {canWrite && <FolderActions onNewFolder={actions.newFolder} onUpload={actions.upload} />}
        </Bar>
        <SelectionBar
          total={listing.total}
          canWrite={canWrite}
          onDownload={actions.download}
          onMove={actions.move}
          onRename={actions.rename}
          onDelete={actions.remove}
        />
        {listing.total === 0 && isHere ? (
          <EmptyFolder canWrite={canWrite} commands={{ ...actions, up }} />
        ) : (
          <FileList
            folderName={name}
            listing={listing}
            sort={sort}
            onSort={next => look({ sort: next })}
            renaming={renaming}
            onRenamed={endRenaming}
            ownId={session?.user.id ?? ""}
            onMenu={(node, place) => setMenu({ node, ...place })}
            commands={{
              ...actions,
              open,
              preview: open,
              rename: node => canWrite && setRenaming(node.id),
              up,
            }}
          />
        )}
      </DropZone>
      <RowMenu
        place={menu}
        isSingle={selection.count(listing.total ?? 0) === 1}
        canWrite={canWrite}
        onClose={() => {
          setMenu(undefined);
          focusList();
        }}
        onOpen={() => menu && open(menu.node)}
        onDownload={actions.download}
        onRename={actions.rename}
        onMove={actions.move}
        onDelete={actions.remove}
      />
      {isMaking && <NewFolderDialog parent={folder} onClose={() => setIsMaking(false)} onMade={made => selection.only([made])} />}
      {moving && (
        <MoveDialog nodes={moving} from={folder} onClose={() => setMoving(undefined)} onMove={() => selection.clear()} />
      )}
      {show && (
        <Suspense>
          <Preview id={show} listing={listing} onShow={next => look({ show: next })} />
        </Suspense>
      )}
    </SelectionContext>
  );
}
