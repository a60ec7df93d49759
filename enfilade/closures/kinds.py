"""Every kind of effect, in the order in which they are found and done. Another joins with a file of its own and a line here."""

from enfilade.closures.collections import PREPARING, READY, WELCOMED
from enfilade.closures.effects import Kind
from enfilade.closures.incoming import COMING
from enfilade.closures.parcels import PARCELS
from enfilade.closures.visits import KEPT, PROPOSED

KINDS: list[Kind] = [PROPOSED, READY, PARCELS, PREPARING, COMING, WELCOMED, KEPT]
