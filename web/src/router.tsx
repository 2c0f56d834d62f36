// The addresses of the app. src/cairn/webapp/routes.cpp has the same list: each of them can be opened directly.
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { type Sort, sessionQuery, setupQuery, spacesQuery } from "./api/queries";
import { Failed, Nowhere } from "./shell/Failed";

const SORTS: readonly string[] = ["name", "-name", "modified_at", "-modified_at", "size", "-size"] satisfies Sort[];

/** An address of this app, and not of another place that looks like one. */
function isOwnAddress(value: unknown): value is string {
  if (typeof value !== "string" || !value.startsWith("/")) return false;
  try {
    return new URL(value, window.location.origin).origin === window.location.origin;
  } catch {
    return false;
  }
}

function isSort(value: unknown): value is Sort {
  return typeof value === "string" && SORTS.includes(value);
}

const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: Nowhere });

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  component: lazyRouteComponent(() => import("./session/SetupPage"), "SetupPage"),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search: Record<string, unknown>): { to?: string } => (isOwnAddress(search.to) ? { to: search.to } : {}),
  beforeLoad: async ({ context }) => {
    const { needed } = await context.client.fetchQuery(setupQuery);
    if (needed) throw redirect({ to: "/setup", replace: true });
  },
  component: lazyRouteComponent(() => import("./session/SignInPage"), "SignInPage"),
});

/** Everything that wants somebody signed in. */
const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "frame",
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery);
    if (!session)
      throw redirect({ to: "/sign-in", search: location.pathname === "/" ? {} : { to: location.pathname }, replace: true });
    return { session };
  },
  component: lazyRouteComponent(() => import("./shell/Frame"), "Frame"),
});

const startRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/files", replace: true });
  },
});

const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/files",
  beforeLoad: async ({ context }) => {
    const spaces = await context.client.ensureQueryData(spacesQuery);
    const home = spaces.items.find(space => space.owner_id === context.session.user.id) ?? spaces.items[0];
    if (home) throw redirect({ to: "/files/$folder", params: { folder: home.root_id }, replace: true });
  },
  component: Nowhere,
});

export const filesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/files/$folder",
  validateSearch: (search: Record<string, unknown>): { sort?: Sort; show?: string } => ({
    ...(isSort(search.sort) && { sort: search.sort }),
    ...(typeof search.show === "string" && { show: search.show }),
  }),
  component: lazyRouteComponent(() => import("./files/FilesPage"), "FilesPage"),
});

const trashRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/trash",
  component: lazyRouteComponent(() => import("./trash/TrashPage"), "TrashPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("./account/AccountPage"), "AccountPage"),
});

const usersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: "/users",
  component: lazyRouteComponent(() => import("./users/UsersPage"), "UsersPage"),
});

const tree = rootRoute.addChildren([
  setupRoute,
  signInRoute,
  frameRoute.addChildren([startRoute, homeRoute, filesRoute, trashRoute, accountRoute, usersRoute]),
]);

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: false,
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: Nowhere,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
