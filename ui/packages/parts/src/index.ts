// Shared parts of the screens. A part knows no counter and no words: everything comes as an argument.
export { Button } from "./button";
export { Facts } from "./facts";
export { Keypad, Letters } from "./keypad";
export { Icon, type IconName } from "./icon";
export { modules } from "./modules";
export { Qr } from "./qr";
export { sound } from "./tones";
