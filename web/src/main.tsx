import "./theme/styles";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { setCsrfToken, whenSignedOut, whenStale } from "./api/client";
import { createQueryClient, sessionQuery } from "./api/queries";
import { createAppRouter } from "./router";
import { forgetNotices } from "./shell/notices";
import { colorSchemeManager } from "./theme/colorScheme";
import { cssVariables, theme } from "./theme/theme";
import { uploads } from "./upload/queue";
import { sumsOf } from "./upload/sums";

const SETTLED_MS = 10_000;

const client = createQueryClient();
const router = createAppRouter(client);

// The session has ended, here or from elsewhere: nothing of it stays in memory but uploads, which wait for the same person, unless
// that person has left.
whenSignedOut(deliberate => {
  if (router.latestLocation.pathname === "/sign-in") return;
  setCsrfToken(undefined);
  forgetNotices();
  // What has come of large files is kept: whoever comes back can go on.
  if (deliberate) uploads.forgetAll();
  else uploads.pause();
  client.clear();
  client.setQueryData(sessionQuery.queryKey, null);
  const { pathname, search } = window.location;
  router.navigate({ to: "/sign-in", search: deliberate ? {} : { to: pathname + search } });
});
whenStale(() => client.invalidateQueries({ queryKey: sessionQuery.queryKey }));

// A part of the app that is not there any more: the server has a newer one. Not again and again, should it really be missing.
window.addEventListener("vite:preloadError", () => {
  if (performance.now() > SETTLED_MS && !sumsOf(uploads.list()).isActive) window.location.reload();
});

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
