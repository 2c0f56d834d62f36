import { useRef, useState } from "react";
import type { Node } from "../api/client";
import { tellProblem } from "../shell/notices";
import type { Selection } from "./selection";
import type { FolderListing } from "./useListing";

/** A row, by its node where that is known: others may come and go above it. */
interface Place {
  index: number;
  id: string | undefined;
}

export interface FocusRow {
  /** Where the focus is. */
  active: number;
  node: Node | undefined;
  /** Moves the focus, and takes what follows from there. */
  goTo: (index: number) => void;
  /** Chooses the row alone. */
  choose: (index: number) => void;
  /** Chooses all from the row that was chosen last to this one. */
  extend: (to: number) => void;
  /** Ranges begin here from now on. */
  anchorAt: (index: number) => void;
}

/** The row with the focus, and the one where ranges begin. Both stay with their file when the rows change. */
export function useFocusRow(listing: FolderListing, selection: Selection): FocusRow {
  const [place, setPlace] = useState<Place>({ index: 0, id: undefined });
  const anchor = useRef<Place>({ index: 0, id: undefined });
  const asked = useRef(0); // only the last thing that was asked for is done, however late it comes

  const now = (at: Place) => {
    const moved = at.id && listing.rowAt(at.index)?.id !== at.id ? listing.indexOf(at.id) : at.index;
    return Math.max(0, Math.min((listing.total ?? 1) - 1, moved < 0 ? at.index : moved));
  };
  const active = now(place);
  const placeOf = (index: number): Place => ({ index, id: listing.rowAt(index)?.id });

  const select = async (first: number, last: number) => {
    const mine = ++asked.current;
    const before = selection.state();
    try {
      const rows = await listing.rows(first, last);
      if (mine === asked.current && before === selection.state()) selection.only(rows);
    } catch (error) {
      tellProblem(error);
    }
  };
  const goTo = (index: number) => {
    asked.current += 1;
    setPlace(placeOf(index));
  };
  const anchorAt = (index: number) => {
    anchor.current = placeOf(index);
  };
  const choose = (index: number) => {
    anchorAt(index);
    const node = listing.rowAt(index);
    if (node) {
      selection.only([node]);
      return;
    }
    // Not the one before either, which is out of sight by now.
    selection.clear();
    select(index, index);
  };
  const extend = (to: number) => {
    const from = now(anchor.current);
    select(Math.min(from, to), Math.max(from, to));
  };
  return { active, node: listing.rowAt(active), goTo, choose, extend, anchorAt };
}
