import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import "./style/index.css";
import { httpDoor } from "./door/http";
import { openKeep } from "./keep/keep";
import { Handset } from "./key/handset";
import { look } from "./state/look";
import { makeStore } from "./state/store";
import { watchForNewer } from "./state/update";
import { App } from "./view/App";
import { isInside } from "./view/inside";

async function start(root: HTMLElement): Promise<void> {
  if (location.pathname.startsWith("/club/dev/states")) {
    const { States } = await import("./dev/States");
    createRoot(root).render(<States />);
    return;
  }
  const handset = new Handset(await openKeep());
  const store = makeStore({ handset, door: httpDoor(handset) });
  if (isInside(navigator.userAgent)) store.dispatch(look.actions.inside());
  watchForNewer(() => store.dispatch(look.actions.newer()));
  createRoot(root).render(
    <StrictMode>
      <Provider store={store}>
        <App />
      </Provider>
    </StrictMode>,
  );
}

const root = document.getElementById("screen");
if (root) void start(root);
