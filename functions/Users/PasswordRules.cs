using System.Text;
using Gatehouse.Protection.Http;

namespace Gatehouse.Users;

/// <summary>
/// The rules for new passwords (NIST SP 800-63B §3.1.1.2): long enough, not the user's name, and not easy to guess. There
/// are no rules on the kinds of characters, because these lead to worse passwords.
/// </summary>
internal static class PasswordRules
{
    /// <summary>The shortest password, in UTF-16 code units.</summary>
    public const int MinLength = 12;

    /// <summary>
    /// Brings a password into the form that is hashed and compared (NIST SP 800-63B §3.1.1.2), because keyboards
    /// encode the same characters in several ways. False for a password with U+FFFE or U+FFFF (Unicode 23.7), which
    /// can't be normalized.
    /// </summary>
    /// <param name="password">A password without a lone surrogate; the JSON reader refuses these.</param>
    /// <param name="normalized">The normalized form; the unchanged password when there is none.</param>
    public static bool TryNormalize(string password, out string normalized)
    {
        var isText = !password.Any(static character => character >= '\uFFFE');
        normalized = isText ? password.Normalize(NormalizationForm.FormKC) : password;
        return isText;
    }

    /// <summary>The fault of a password; null when it is acceptable.</summary>
    public static string? FindFault(string password, UserName name)
    {
        if (!TryNormalize(password, out var normalized))
        {
            return "A password must not hold U+FFFE or U+FFFF, which are not characters.";
        }

        if (password.Length > PasswordHashing.MaxLength || Math.Min(password.Length, normalized.Length) < MinLength)
        {
            return $"A password must have {MinLength} to {PasswordHashing.MaxLength} characters.";
        }

        var key = normalized.ToLowerInvariant();
        if (key.Contains(name.Key, StringComparison.Ordinal) && key.Length - name.Key.Length < MinLength / 2)
        {
            return "The password must not be the user name, or little more than that.";
        }

        return PasswordStrength.FindWeakness(normalized, name);
    }

    /// <summary>Reads a new password from a body, adding its faults as errors.</summary>
    public static string Read(JsonBody body, string field, UserName name)
    {
        var password = body.RequiredSecret(field, PasswordHashing.MaxLength);
        if (password.Length > 0 && FindFault(password, name) is { } fault)
        {
            body.AddError(field, fault);
        }

        return password;
    }

    /// <summary>Reads a new password of a user who is not known yet, adding an error if it is too short for any user.</summary>
    public static string Read(JsonBody body, string field)
    {
        var password = body.RequiredSecret(field, PasswordHashing.MaxLength);
        if (password.Length is > 0 and < MinLength)
        {
            body.AddError(field, $"A password must have {MinLength} to {PasswordHashing.MaxLength} characters.");
        }

        return password;
    }

    /// <summary>Ends the request if a new password, which was read before its user was known, has a fault.</summary>
    /// <exception cref="ProblemException">400.</exception>
    public static void Require(JsonBody body, string field, string password, UserName name)
    {
        if (FindFault(password, name) is { } fault)
        {
            body.AddError(field, fault);
            body.ThrowIfInvalid();
        }
    }

    /// <summary>Whether two passwords are equal after normalization.</summary>
    public static bool AreSame(string one, string other)
    {
        _ = TryNormalize(one, out var first);
        _ = TryNormalize(other, out var second);
        return first == second;
    }
}
