import { httpDoor, inWindow, windowDoor } from "@kava/door";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import "./style/index.css";
import { States } from "./dev/States";
import { makeStore } from "./state/store";
import { App } from "./view/App";
import { Display } from "./view/Display";

const root = document.getElementById("screen");
if (root) {
  const page = location.pathname.startsWith("/dev/states") ? (
    <States />
  ) : (
    <Provider store={makeStore(inWindow() ? windowDoor() : httpDoor())}>
      {location.pathname === "/display" ? <Display /> : <App />}
    </Provider>
  );
  createRoot(root).render(<StrictMode>{page}</StrictMode>);
}
