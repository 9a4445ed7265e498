// The one way to the outside. The screen asks a Door; which one it is, is decided once in main.tsx.
export type { Door } from "./door";
export { CounterGone } from "./door";
export { Refused } from "./faults";
export { httpDoor } from "./http";
export { inWindow, windowDoor } from "./window";
export { fakeDoor, emptyScreen, wellHealth } from "./fake";
