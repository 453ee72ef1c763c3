import { createBrowserRouter, Navigate, useRouteError } from "react-router";
import { ApplicationPage } from "@/features/application/page";
import { ApplicationsPage } from "@/features/applications/page";
import { Login } from "@/features/session/login";
import { t } from "@/lib/words";
import { Empty } from "@/ui/controls";
import { Shell } from "@/ui/shell";

function Broken() {
  const error = useRouteError();
  return (
    <main className="grid h-full place-items-center">
      <Empty title={error instanceof Error ? t("pageBroke") : t("noPage")}>
        {error instanceof Error && <p className="mb-3 break-words">{error.message}</p>}
        <a className="text-accent hover:underline" href="/applications">
          {t("toApplications")}
        </a>
      </Empty>
    </main>
  );
}

export const router = createBrowserRouter([
  { path: "/login", element: <Login /> },
  {
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      { path: "/", element: <Navigate to="/applications" replace /> },
      { path: "/applications", element: <ApplicationsPage /> },
      { path: "/applications/:namespace/:name", element: <ApplicationPage /> },
      { path: "/applications/:namespace/:name/:tab", element: <ApplicationPage /> },
      {
        path: "/applicationsets",
        lazy: async () => ({ Component: (await import("@/features/applicationsets/page")).ApplicationSetsPage }),
      },
      { path: "/changes", lazy: async () => ({ Component: (await import("@/features/changes/page")).ChangesPage }) },
      { path: "/changes/:trace", lazy: async () => ({ Component: (await import("@/features/changes/trace")).TracePage }) },
      { path: "/messages", lazy: async () => ({ Component: (await import("@/features/messages/page")).MessagesPage }) },
      { path: "/clusters", lazy: async () => ({ Component: (await import("@/features/clusters/page")).ClustersPage }) },
    ],
  },
]);
