import { useQuery } from "@tanstack/react-query";
import { t } from "../words/t";
import type { Space } from "./client";
import { sessionQuery, spacesQuery } from "./queries";

/** The spaces that one may enter, and which of them is one's own. */
export function useSpaces() {
  const { data: session } = useQuery(sessionQuery);
  const { data } = useQuery(spacesQuery);
  const spaces = data?.items ?? [];
  const isHome = (space: Space) => space.owner_id === session?.user.id;
  const roots = spaces.map(space => ({ id: space.root_id, name: isHome(space) ? t("places.mine") : space.name }));
  return { home: spaces.find(isHome), roots };
}
