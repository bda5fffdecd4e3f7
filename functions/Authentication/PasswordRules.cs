using System.Collections.Frozen;
using System.Text;
using Gatehouse.Http;

namespace Gatehouse.Authentication;

/// <summary>
/// Which passwords are taken (NIST SP 800-63B §3.1.1.2): long enough, not the user's name, and none of those that
/// everybody tries first. No rules on what characters they consist of: those make passwords worse.
/// </summary>
internal static class PasswordRules
{
    /// <summary>The shortest password, in UTF-16 code units.</summary>
    public const int MinLength = 12;

    // From the list of zxcvbn-ts (MIT licence), those that are long enough. Read at the first need.
    private static readonly Lazy<FrozenSet<string>> Common = new(ReadCommon);

    /// <summary>What is wrong with a password; null when it may be taken.</summary>
    public static string? FindFault(string password, UserName name)
    {
        if (password.Length is < MinLength or > PasswordHashing.MaxLength)
        {
            return $"A password has {MinLength} to {PasswordHashing.MaxLength} characters.";
        }

        var key = password.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        if (key.Contains(name.Key, StringComparison.Ordinal) && key.Length - name.Key.Length < MinLength / 2)
        {
            return "The password must not be the user name, or little more than it.";
        }

        if (key.Distinct().Count() < 4 || Common.Value.Contains(key))
        {
            return "This password is among those that are tried first. Choose another one.";
        }

        return null;
    }

    /// <summary>Reads a new password from a body, noting what is wrong with it.</summary>
    public static string Read(JsonBody body, string field, UserName name)
    {
        var password = body.RequiredSecret(field, PasswordHashing.MaxLength);
        if (password.Length > 0 && FindFault(password, name) is { } fault)
        {
            body.AddError(field, fault);
        }

        return password;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var stream = typeof(PasswordRules).Assembly.GetManifestResourceStream("common-passwords.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
