import "./theme/styles";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { setCsrfToken, whenSignedOut } from "./api/client";
import { createQueryClient, sessionQuery } from "./api/queries";
import { createAppRouter } from "./router";
import { forgetNotices } from "./shell/notices";
import { colorSchemeManager } from "./theme/colorScheme";
import { cssVariables, theme } from "./theme/theme";

const client = createQueryClient();
const router = createAppRouter(client);

// The session has ended, here or from elsewhere: nothing of it stays in memory.
whenSignedOut(() => {
  if (client.getQueryData(sessionQuery.queryKey) === null) return;
  setCsrfToken(undefined);
  forgetNotices();
  client.clear();
  client.setQueryData(sessionQuery.queryKey, null);
  router.navigate({ to: "/sign-in", search: { to: window.location.pathname } });
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
