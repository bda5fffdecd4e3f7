namespace Gatehouse.Protection;

/// <summary>A secret's value is no signing key.</summary>
/// <param name="reason">Why, without a bit of the value: it is logged.</param>
internal sealed class InvalidKeyException(string reason) : Exception(reason);
