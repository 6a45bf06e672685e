Scenario: Signed runbook required
  Given a runbook with tampered content
  When execute is requested
  Then execution is rejected and an unsigned_runbook alert is fired
