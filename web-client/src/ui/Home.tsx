import { useEffect, useState } from "preact/hooks";
import { ApiError, findSeat } from "../net/api";
import type { Role } from "../net/messages.gen";
import { forgetSeat, type Visited, visitedSeats } from "../net/visited";
import { Icon, type IconName } from "./icons";

interface Door {
  role: Role;
  page: string;
  icon: IconName;
  title: string;
  text: string;
}

const DOORS: readonly Door[] = [
  {
    role: "operator",
    page: "cart",
    icon: "screen",
    title: "Cart",
    text: "Beside the scanner. Shows what leaves it, who is watching, and ends the session.",
  },
  {
    role: "expert",
    page: "expert",
    icon: "eye",
    title: "Expert",
    text: "Anywhere. The live picture as large as the screen allows, and how old it is.",
  },
  {
    role: "observer",
    page: "observer",
    icon: "people",
    title: "Observer",
    text: "To learn along. The same picture, watching only.",
  },
];

export function Home() {
  const seats = useSeats();
  return (
    <main class="home">
      <header>
        <p class="brand">
          <Icon name="sonopair" size={30} />
          Sonopair
        </p>
        <h1>An expert’s eyes on your ultrasound, a blink away.</h1>
        <p class="lead">
          The scanner’s picture goes live to someone who can help. Everything outside the ultrasound
          itself is blacked out before it leaves the machine.
        </p>
        <p>
          <a href="./login">Sign in</a> if this site gave you an account.
        </p>
      </header>
      <ul class="doors">
        {DOORS.map((door) => (
          <DoorCard key={door.role} door={door} seat={seats[door.role]} />
        ))}
      </ul>
      <Teaching />
    </main>
  );
}

function DoorCard({ door, seat }: { door: Door; seat: Visited[Role] }) {
  return (
    <li class={`door ${door.role}`}>
      <span class="sign">
        <Icon name={door.icon} size={28} />
      </span>
      <h2>{door.title}</h2>
      <p>{door.text}</p>
      {seat ? (
        <a class="btn primary" href={`./${door.page}`}>
          Back to {seat.room}
        </a>
      ) : (
        <p class="closed">
          <Icon name="link" size={18} />
          Opens from an invitation
        </p>
      )}
    </li>
  );
}

function Teaching() {
  return (
    <section class="teaching">
      <h2>Where do invitations come from?</h2>
      <ol>
        <li>
          Whoever runs Sonopair at this site sends the first one, for the cart beside the scanner.
        </li>
        <li>
          At the cart, <b>People</b> makes a link for an expert or an observer, <b>Camera</b> a code
          for a phone that films the probe hand.
        </li>
        <li>
          Open it on the device it is for. The seat is then kept in that browser, and this page
          leads back to it.
        </li>
      </ol>
    </section>
  );
}

/** The seats this browser took and still holds. */
function useSeats(): Visited {
  const [seats, setSeats] = useState(visitedSeats);
  useEffect(() => {
    for (const role of Object.keys(seats) as Role[]) {
      findSeat(role).catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.retry) return;
        forgetSeat(role);
        setSeats(visitedSeats());
      });
    }
  }, []);
  return seats;
}
