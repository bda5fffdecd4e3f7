using System.Buffers;
using System.Buffers.Text;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Users;

/// <summary>Reads the query of a listing.</summary>
internal static class UserListRequest
{
    private const int CheckBytes = 8;

    /// <exception cref="ProblemException">400, with every parameter that is wrong.</exception>
    public static UserQuery Read(HttpRequestData request)
    {
        var list = new ListRequest(request, "pageSize", "cursor", "search");
        var pageSize = list.ReadPageSize();
        var prefix = list.FindText("search", UserName.MaxLength) is { } search ? UserName.ToKey(search) : "";
        string? after = null;
        if (request.FindQuery("cursor") is { } cursor && (after = FindPosition(cursor, prefix)) is null)
        {
            list.AddError("cursor", "This is not a cursor of this listing. Use nextCursor of the previous page, with the same search.");
        }

        list.ThrowIfInvalid();
        return new UserQuery(pageSize, after, prefix);
    }

    /// <summary>
    /// The cursor of the next page: the position, with a check value that detects a damaged cursor, or one of another search. It
    /// guards against mistakes, not against forgery, because a forged position gains nothing.
    /// </summary>
    public static string WriteCursor(string next, string prefix) => Base64Url.EncodeToString([.. Check(next, prefix), .. Encoding.UTF8.GetBytes(next)]);

    private static string? FindPosition(string cursor, string prefix)
    {
        var bytes = new byte[Base64Url.GetMaxDecodedLength(cursor.Length)];
        if (Base64Url.DecodeFromChars(cursor, bytes, out _, out var length) != OperationStatus.Done || length <= CheckBytes)
        {
            return null;
        }

        var position = Encoding.UTF8.GetString(bytes.AsSpan(CheckBytes, length - CheckBytes));
        return Check(position, prefix).AsSpan().SequenceEqual(bytes.AsSpan(0, CheckBytes)) ? position : null;
    }

    private static byte[] Check(string position, string prefix) => SHA256.HashData(Encoding.UTF8.GetBytes($"{prefix.Length}:{prefix}:{position}"))[..CheckBytes];
}

/// <summary>The parameters of a listing.</summary>
internal sealed record UserListParameters
{
    /// <summary>The most users of a page.</summary>
    [Range(1, ListRequest.MaxPageSize)]
    [DefaultValue(ListRequest.DefaultPageSize)]
    public int? PageSize { get; init; }

    /// <summary><c>nextCursor</c> of the previous page, with the same <c>search</c>.</summary>
    [RegularExpression("^[A-Za-z0-9_-]+$")]
    public string? Cursor { get; init; }

    /// <summary>The beginning of the users' names, ignoring case and Unicode form.</summary>
    [StringLength(UserName.MaxLength, MinimumLength = 1)]
    public string? Search { get; init; }
}
