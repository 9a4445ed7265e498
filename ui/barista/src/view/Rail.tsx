import { Button, Icon } from "@kava/parts";
import { look } from "../state/look";
import { useDo, useThe, useWords } from "./use";

/** Categories at the bottom, where the thumb is. */
export function Rail() {
  const { say } = useWords();
  const dispatch = useDo();
  const categories = useThe((state) => state.till.shelf?.categories) ?? [];
  const current = useThe((state) => state.look.category);
  return (
    <nav className="rail">
      <Button look="chip" pressed={current === null} onPress={() => dispatch(look.actions.categorised(null))}>
        {say("sale.popular")}
      </Button>
      <Button look="chip" onPress={() => dispatch(look.actions.opened("search"))} label={say("sale.search")}>
        <Icon name="search" />
      </Button>
      {categories.map((category) => (
        <Button
          key={category}
          look="chip"
          pressed={current === category}
          onPress={() => dispatch(look.actions.categorised(category))}
        >
          {category}
        </Button>
      ))}
    </nav>
  );
}
