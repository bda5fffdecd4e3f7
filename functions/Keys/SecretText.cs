namespace Gatehouse.Keys;

/// <summary>The text of a secret as its author meant it.</summary>
internal static class SecretText
{
    /// <summary>The shortest accepted secret, in characters. Generated ones have 32.</summary>
    public const int MinLength = 12;

    /// <summary>
    /// Removes a byte order mark and final line breaks, which editors and <c>echo</c> add to a file that is then stored as
    /// a secret.
    /// </summary>
    public static string Trim(string value) => value.TrimStart('\uFEFF').TrimEnd('\r', '\n');
}
