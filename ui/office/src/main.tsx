import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import "./style/index.css";
import { httpDoor, UNASKED } from "./door/http";
import { open } from "./state/act";
import { browser } from "./state/place";
import { makeStore } from "./state/store";
import { App } from "./view/App";

async function start(root: HTMLElement): Promise<void> {
  if (location.pathname.startsWith("/office/dev/states")) {
    const { States } = await import("./dev/States");
    createRoot(root).render(<States />);
    return;
  }
  const store = makeStore({ door: httpDoor(), clock: httpDoor(UNASKED), browser: browser() });
  // Not an effect of a view: a link is asked about once, however often a view begins.
  void store.dispatch(open());
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
