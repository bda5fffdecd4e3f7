namespace Gatehouse.Protection;

/// <summary>A token whose signature was right. Whether it is still good is asked each time it comes: time passes and keys go.</summary>
internal sealed record RememberedToken(Caller Caller, VerificationKey Key);
