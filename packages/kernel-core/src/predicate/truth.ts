/** SQL's three outcomes, in the order in which `and` is the least and `or` the greatest. */
export const FALSE = 0;
export const UNKNOWN = 1;
export const TRUE = 2;
