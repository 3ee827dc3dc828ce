#!/bin/sh
# Waits until the helper has made the server's disk the root, then becomes the init that it names. If the helper dies before
# it is done, the FIFO ends without a line, and so does this.
read -r init </.go && exec "$init"
exit 1
