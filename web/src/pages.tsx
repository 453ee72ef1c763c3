import { createBrowserRouter, Navigate, useRouteError } from "react-router";
import { ApplicationPage } from "@/features/application/page";
import { ApplicationsPage } from "@/features/applications/page";
import { Login } from "@/features/session/login";
import { Failed } from "@/ui/controls";
import { Shell } from "@/ui/shell";

function Broken() {
  const error = useRouteError();
  return <Failed error={error instanceof Error ? error : new Error("There is no such page.")} retry={() => location.assign("/applications")} />;
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
      { path: "/clusters", lazy: async () => ({ Component: (await import("@/features/clusters/page")).ClustersPage }) },
    ],
  },
]);
