-- Run once, when the server is made: nobody enters a database that is not theirs, the server's own included.
REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC;
