import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import "./style/index.css";
import { httpDoor } from "./door/http";
import { browser } from "./state/place";
import { makeStore } from "./state/store";
import { App } from "./view/App";

async function start(root: HTMLElement): Promise<void> {
  if (location.pathname.startsWith("/office/dev/states")) {
    const { States } = await import("./dev/States");
    createRoot(root).render(<States />);
    return;
  }
  createRoot(root).render(
    <StrictMode>
      <Provider store={makeStore({ door: httpDoor(), browser: browser() })}>
        <App />
      </Provider>
    </StrictMode>,
  );
}

const root = document.getElementById("screen");
if (root) void start(root);
