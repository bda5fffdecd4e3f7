namespace Gatehouse.Keys;

/// <summary>A secret can't be read right now: the source is away, too slow, too busy or refuses.</summary>
/// <param name="message">For the log: which secret, why, and what to do. Never a secret's value.</param>
/// <param name="innerException">What the source said.</param>
internal sealed class SecretSourceUnavailableException(string message, Exception innerException) : Exception(message, innerException);
